/*
 * rails_zones.h
 *		The time zone names of Ruby on Rails.
 */
#ifndef KPI_RAILS_ZONES_H
#define KPI_RAILS_ZONES_H

extern const char *kpi_rails_zone(const char *name);

#endif							/* KPI_RAILS_ZONES_H */
